// What every store does, as one suite: the drivers' tests run it on their own.

import { describe } from 'node:test'
import { announcedContract } from './contract/announced.ts'
import { attachContract } from './contract/attach.ts'
import { attemptsContract } from './contract/attempts.ts'
import { claimsContract } from './contract/claims.ts'
import { clientsContract } from './contract/clients.ts'
import { connectionsContract } from './contract/connections.ts'
import { grantsContract } from './contract/grants.ts'
import { handingOverContract } from './contract/handing-over.ts'
import { openingContract } from './contract/opening.ts'
import { outboxContract } from './contract/outbox.ts'
import { sparesContract } from './contract/spares.ts'
import { subscriptionsContract } from './contract/subscriptions.ts'
import { wrongClocksContract } from './contract/wrong-clocks.ts'
import type { Factory } from './given.ts'

export function storeContract(name: string, factory: Factory): void {
  describe(name, () => {
    describe('opening', () => openingContract(factory))
    describe('attempts', () => attemptsContract(factory))
    describe('attaching', () => attachContract(factory))
    describe('claims', () => claimsContract(factory))
    describe('grants', () => grantsContract(factory))
    describe('spares', () => sparesContract(factory))
    describe('connections and history', () => connectionsContract(factory))
    describe('clients', () => clientsContract(factory))
    describe('the outbox', () => outboxContract(factory))
    describe('handing over', () => handingOverContract(factory))
    describe('announced events', () => announcedContract(factory))
    describe('subscriptions', () => subscriptionsContract(factory))
    describe('a wrong clock', () => wrongClocksContract(factory))
  })
}
