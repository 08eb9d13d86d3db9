// A file with a secret that others than its owner may read: doctor names it, and nothing else.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testKey } from '../support/settings.ts'
import { assertWrong, look, makeDatabase, otherKey, type Place, startPlace } from './place.ts'

interface Planted {
  /** Returns the settings that are changed; `undefined` removes one. */
  readonly plant: (place: Place) => Record<string, string | undefined> | Promise<Record<string, string | undefined>>
  readonly says: Readonly<Record<string, RegExp>>
}

const cases: Readonly<Record<string, Planted>> = {
  'others may read the key file': {
    plant({ data }) {
      writeFileSync(join(data, 'key'), `${testKey}\n`)
      chmodSync(join(data, 'key'), 0o640)
      return { PUNCTUAL_KEYS: undefined }
    },
    says: { keys: /Others may read the key file \S+\.[\s\S]*Run chmod 600 \S+key\./ },
  },
  'others may read the file of PUNCTUAL_KEYS_FILE, and it does not open everything': {
    async plant(place) {
      await makeDatabase(join(place.data, 'punctual.db'), otherKey, 'ben')
      writeFileSync(join(place.folder, 'keys'), `${testKey}\n`)
      chmodSync(join(place.folder, 'keys'), 0o604)
      return { PUNCTUAL_KEYS: undefined, PUNCTUAL_KEYS_FILE: join(place.folder, 'keys') }
    },
    says: { keys: /Others may read the key file \S+keys\. \d of \d sealed values do not open/ },
  },
  'others may read the settings file and the secret of listen': {
    plant({ data, folder, settings }) {
      for (const [path, text] of [
        [join(folder, '.env'), `CALCOM_CLIENT_SECRET=${settings.CALCOM_CLIENT_SECRET}\n`],
        [join(data, 'listen.secret'), 'whsec_\n'],
      ] as const) {
        writeFileSync(path, text)
        chmodSync(path, 0o644)
      }
      return {}
    },
    says: { settings: /Others may read the settings file \S+\.env\. Others may read the secret of punctual listen / },
  },
  'others may read a settings file without a secret': {
    plant({ folder }) {
      writeFileSync(join(folder, '.env'), 'PUNCTUAL_LOG_LEVEL=info\n')
      chmodSync(join(folder, '.env'), 0o644)
      return {}
    },
    says: {},
  },
}

test('a file with a secret that others may read is named', { concurrency: 4 }, async (t) => {
  for (const [title, { plant, says }] of Object.entries(cases))
    await t.test(title, async (t) => {
      const here = await startPlace(t)
      assertWrong(await look(here, { settings: await plant(here) }), says)
    })
})
