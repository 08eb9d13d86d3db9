// One owner as a whole: everything that is kept about a person, written out or removed.

import { type PersonalCounts, personalKinds } from '../../../core/store/personal-data.ts'
import { ownerOf } from '../request/gate.ts'
import { type Call, type Operation, operation } from '../request/operation.ts'
import { z } from '../request/zod.ts'
import { id } from '../schemas/common.ts'
import { exampleConnection } from '../schemas/examples.ts'
import { erasureSchema, personalDataSchema, writtenPersonalData } from '../schemas/owner.ts'

const ofOwner: z.ZodType<{ owner: string }> = z.object({
  owner: id('Your application’s id of the person.', 'user-42'),
})

/** @throws {ApiError} `forbidden` for a key that is bound to another owner. */
function namedOwner({ apiKey }: Pick<Call, 'apiKey'>, owner: string): string {
  return ownerOf(apiKey, owner) ?? owner
}

const none = Object.fromEntries(personalKinds.map((kind) => [kind, 0])) as unknown as PersonalCounts

const exportOwner: Operation = operation({
  id: 'exportOwner',
  method: 'get',
  path: '/v1/owners/{owner}/export',
  tag: 'Owners',
  scope: 'admin',
  summary: 'Read everything about an owner',
  description: 'Everything that is kept about a person, without tokens, secrets and digests.',
  params: ofOwner,
  answer: {
    status: 200,
    description: 'The rows of each kind.',
    schema: personalDataSchema,
    example: {
      owner: 'user-42',
      exportedAt: '2026-11-27T10:00:00.000Z',
      ...Object.fromEntries(personalKinds.map((kind) => [kind, []])),
      connections: [{ ...exampleConnection, provider: undefined, grant: null }].map((one) =>
        JSON.parse(JSON.stringify(one)),
      ),
    },
  },
  errors: [],
  handle: async ({ params }, call) =>
    writtenPersonalData(await call.punctual.export({ owner: namedOwner(call, params.owner) })),
})

const eraseOwner: Operation = operation({
  id: 'eraseOwner',
  method: 'delete',
  path: '/v1/owners/{owner}',
  tag: 'Owners',
  scope: 'admin',
  summary: 'Erase an owner',
  description:
    'Ends every connection of the person, as DELETE /v1/connections/{id} does, and removes everything that is kept. A second ' +
    'request finishes what the provider did not confirm at the first one.',
  params: ofOwner,
  answer: {
    status: 200,
    description: 'What was removed, and what remains.',
    schema: erasureSchema,
    example: {
      removed: { ...none, history: 12, connections: 1 },
      remaining: none,
      isComplete: true,
      disconnected: [
        {
          connection: exampleConnection.id,
          client: exampleConnection.client,
          revoked: ['refresh_token', 'access_token'],
          notRevoked: [],
          remainingWebhooks: [],
        },
      ],
    },
  },
  errors: [],
  handle: ({ params }, call) => call.punctual.erase({ owner: namedOwner(call, params.owner) }),
})

export const owners: readonly Operation[] = [exportOwner, eraseOwner]
