import { access, tenants } from './cases/access.ts'
import { batches } from './cases/batches.ts'
import { bodies } from './cases/bodies.ts'
import { attempts, canceling } from './cases/ending.ts'
import { enqueueing } from './cases/enqueueing.ts'
import { nonsense } from './cases/nonsense.ts'
import { control, metrics } from './cases/operating.ts'
import { reading, updating } from './cases/reading.ts'
import { health, paths } from './cases/serving.ts'
import { webhooks } from './cases/webhooks.ts'
import type { HttpCase } from './http-case.ts'

/** Every case, theme by theme. */
export const allHttpCases: readonly HttpCase[] = [
  ...enqueueing,
  ...batches,
  ...reading,
  ...updating,
  ...canceling,
  ...attempts,
  ...webhooks,
  ...access,
  ...tenants,
  ...bodies,
  ...nonsense,
  ...metrics,
  ...control,
  ...paths,
  ...health,
]
