// Every capability is as the facts say: what a provider offers works at its sandbox, what it lacks is refused there or has no
// endpoint, and without one of its scopes the sandbox refuses it too.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { capabilities } from '../../src/core/scheduling/capabilities.ts'
import { requestHeaders } from '../../src/providers/calcom/quirks.ts'
import { scheduling as calcomScheduling } from '../../src/providers/calcom/scheduling.ts'
import { schedulingAt } from '../../src/providers/calendly/scheduling.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { refused } from '../typed/person.ts'
import { proofs as calcomProofs } from './capabilities/calcom.ts'
import { proofs as calendlyProofs } from './capabilities/calendly.ts'
import { finished, type SceneInit, sceneWith, startScene } from './capabilities/scene.ts'

const providers = [
  {
    init: { name: 'calendly', scopes: calendlyScopes, headersOf: () => ({}) } satisfies SceneInit,
    facts: schedulingAt('https://api.calendly.com').capabilities,
    proofs: calendlyProofs,
    /** Those that do not give the scope: a writing one gives the reading one too. */
    without: (scope: string) =>
      calendlyScopes.filter((one) => one.split(':')[0] !== scope.split(':')[0] || isLess(one, scope)),
  },
  {
    init: { name: 'calcom', scopes: calcomScopes, headersOf: requestHeaders } satisfies SceneInit,
    facts: calcomScheduling.capabilities,
    proofs: calcomProofs,
    without: (scope: string) => calcomScopes.filter((one) => one !== scope),
  },
]

function isLess(one: string, than: string): boolean {
  return one.endsWith(':read') && than.endsWith(':write')
}

for (const { init, facts, proofs, without } of providers)
  describe(init.name, () => {
    for (const what of capabilities) {
      const [fact, proof] = [facts[what], proofs[what]]
      const scopes = fact.how === 'none' ? [] : fact.scopes

      if ('works' in proof) {
        test(`${what} works`, async (t) => {
          const scene = await startScene(t, init)
          assert.equal(scene.calendar.can(what).yes, true)
          const act = await proof.works(scene)
          await finished(act(scene))
        })

        for (const scope of new Set([...scopes, ...Object.keys(proof.scopes)]))
          test(`${what} needs ${scope}`, async (t) => {
            const call = proof.scopes[scope]
            assert.ok(
              call && scopes.includes(scope),
              `the facts need ${scopes}, and the proof ${Object.keys(proof.scopes)}`,
            )
            const scene = await startScene(t, init)
            const act = await proof.works(scene)
            // Both connections rest on one grant, whose scopes the second one lessens.
            const whole = await call(scene)
            const poor = await sceneWith(scene.host, { ...init, scopes: without(scope) })
            assert.deepEqual(poor.calendar.can(what), { yes: false, because: 'scope', missing: [scope] })
            if (proof.isVerb) {
              const before = scene.host.sandbox.requests().length
              const { scopes: missing } = await refused(() => act(poor) as Promise<unknown>, 'insufficient_scope')
              assert.deepEqual(missing, [scope])
              assert.equal(scene.host.sandbox.requests().length, before, 'something was sent')
            }
            const short = await call(poor)
            // One provider refuses a subscription to events without a word about scopes.
            const isRefused = short.status === 403 ? whole.status !== 403 : short.status === 400 && whole.ok
            assert.ok(isRefused, `${short.status} ${await short.text()}, and with it ${whole.status}`)
          })
        continue
      }

      if ('documented' in proof) {
        test(`${what} is documented, with ${proof.scopes.join(' and ')}`, async (t) => {
          const scene = await startScene(t, init)
          assert.deepEqual(scopes, proof.scopes)
          const { status } = await proof.documented(scene)
          assert.equal(status, 404, 'the sandbox has it now: show that it works')
        })
        continue
      }

      test(`${what} is not offered`, async (t) => {
        const scene = await startScene(t, init)
        const can = scene.calendar.can(what)
        assert.deepEqual([can.yes, !can.yes && can.because], [false, 'provider'])
        if ('ignored' in proof) await proof.ignored(scene)
        else assert.equal((await proof.refused(scene)).status, proof.status)
      })
    }
  })
