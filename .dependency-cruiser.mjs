// Who may import whom. Types count, and so do tests that lie beside their source. `npm run check:imports` fails on
// anything else; a change to this table belongs into the commit that needs it, with its reason.
// The parser does not know `using` declarations: a test in src/ uses `t.after` instead.

/** The folders of src/ and what each may import besides itself. `*` stands for the files in src/ itself. */
const table = {
  core: [],
  providers: ['core'],
  vault: ['core'],
  store: ['core'],
  // It keeps sealed texts and opens none.
  escrow: ['core'],
  oauth: ['core'],
  records: ['core', 'vault'],
  flow: ['core', 'oauth', 'records'],
  keeper: ['core', 'oauth', 'records'],
  calls: ['core', 'records', 'keeper'],
  webhooks: ['core', 'records'],
  outbox: ['core', 'records'],
  // What has happened, for the operator: it counts what the other parts measure and report, and knows none of them.
  activity: ['core', 'records'],
  scheduling: ['core', 'records', 'calls'],
  access: ['core', 'records'],
  '*': [
    'core',
    'vault',
    'escrow',
    'oauth',
    'records',
    'flow',
    'keeper',
    'calls',
    'webhooks',
    'outbox',
    'activity',
    'scheduling',
    'access',
  ],
  // The service and the pages book by the model's public entry, which needs a connection and nothing else.
  server: ['core', '*', 'scheduling'],
  dashboard: ['core', '*', 'scheduling'],
  sandbox: [],
  // It runs in the host application's pages.
  browser: [],
}

/** Real parts that a test beside its source may use on top of the table; not in the sandbox, which is an island. */
const partsForTests = '^src/(store/memory[.]ts|sandbox/|vault/)'

const placeOf = (folder) => (folder === '*' ? 'src/[^/]+$' : `src/${folder}/`)
const anyOf = (folders) => `^(${folders.map(placeOf).join('|')})`

const rows = Object.entries(table).map(([folder, allowed]) => ({
  name: `${folder === '*' ? 'src' : folder}-imports-${allowed.join('-').replace('*', 'src') || 'nothing-of-ours'}`,
  comment: `${folder === '*' ? 'The files in src/' : `src/${folder}/`} may import: ${allowed.join(', ') || 'nothing of ours'}.`,
  severity: 'error',
  from: { path: `^${placeOf(folder)}`, pathNot: '[.]test[.]ts$' },
  to: { path: '^(src|test|tools|bench|examples)/', pathNot: anyOf([folder, ...allowed]) },
}))

const rowsOfTests = Object.entries(table)
  .filter(([folder]) => folder !== 'sandbox')
  .map(([folder, allowed]) => ({
    name: `a-test-in-${folder === '*' ? 'src' : folder}`,
    comment: `A test beside its source may use what the source may, and the memory store, the sandbox and the vault.`,
    severity: 'error',
    from: { path: `^${placeOf(folder)}.*[.]test[.]ts$` },
    to: {
      path: '^(src|test|tools|bench|examples)/',
      pathNot: [anyOf([folder, ...allowed]), partsForTests, '^test/support/'],
    },
  }))

export default {
  forbidden: [
    ...rows,
    ...rowsOfTests,
    {
      name: 'the-sandbox-is-an-island',
      comment: 'Its tests too: it must not repeat our misreadings of a provider.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^(src|test|tools|bench|examples)/', pathNot: '^src/sandbox/' },
    },
    {
      name: 'a-folder-of-the-table',
      comment: 'Every folder of src/ has a row in the table of .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${[...Object.keys(table), 'cli'].join('|').replace('*', '_')})/` },
      to: {},
    },
    {
      name: 'cli-imports-src-alone',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^(test|tools|bench|examples)/' },
    },
    {
      name: 'one-presenter-of-refresh-tokens',
      comment: 'Only keeper/refresh.ts presents a refresh token: two presenters end a grant.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/keeper/refresh[.]ts$', '^src/(oauth|keeper)/[^/]+[.]test[.]ts$'] },
      to: { path: '^src/oauth/refresh[.]ts$' },
    },
    {
      name: 'a-parent-imports-its-subfolder',
      comment: 'Not the other way round: move what both need into a folder of its own.',
      severity: 'error',
      // In core/ the contracts of the store and of scheduling rest on the words, and so the arrow runs up.
      from: { path: '^(src/[^/]+)/([^/]+)/', pathNot: '^src/core/(store|scheduling)/' },
      to: { path: '^$1/[^/]+[.]ts$' },
    },
    {
      name: 'a-parent-imports-its-subfolder-one-level-down',
      comment: 'Not the other way round: move what both need into a folder of its own.',
      severity: 'error',
      from: { path: '^(src/[^/]+/[^/]+)/([^/]+)/' },
      to: { path: '^$1/[^/]+[.]ts$' },
    },
    {
      name: 'no-index-from-inside',
      comment: 'An index.ts is for users of the package: import the file that has the name.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '/index[.]ts$' },
    },
    {
      name: 'no-own-name-inside',
      comment: 'Inside src/ import the file that has the name, not the package.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(punctual$|punctual/|dist/)' },
    },
    { name: 'no-circle', comment: 'Types count.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dead-end',
      comment: 'No such file or package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
}
