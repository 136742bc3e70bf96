/** A call as a client would enqueue it. */
export const enqueueExample = { to: '+12025550123', scriptId: 'welcome', metadata: { customerId: 7 } }

/** Two calls at once. */
export const batchExample = { calls: [enqueueExample, { to: '+12025550124', scriptId: 'welcome', priority: 10 }] }

/** A change of mind. */
export const updateExample = { scriptId: 'reminder', scheduledAt: '2030-01-31T09:30:00.000Z', expiresAt: null }
