// Stands in for the types that openapi-typescript makes of /openapi.json. The test makes the real ones, and checks the journey
// against them.

// biome-ignore lint/suspicious/noExplicitAny: the real types are made when the test runs.
export type paths = any
