/** An order that somebody has not paid yet. */
export interface Order {
  readonly id: number
  readonly phone: string
  readonly amount: string
  reminded: 'not yet' | 'by a call' | 'in vain'
}

/** The shop's own data, which Ebra knows nothing of. */
export const orders = new Map<number, Order>([
  [1, { id: 1, phone: '+12025550142', amount: '19.90', reminded: 'not yet' }],
  [2, { id: 2, phone: '+12025550001', amount: '120.00', reminded: 'not yet' }],
])
