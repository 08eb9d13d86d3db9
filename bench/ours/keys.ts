// The keys of the bench. They guard nothing.

export const benchKey = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
export const webhookKey = 'the signing key of the bench'
