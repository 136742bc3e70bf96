import { application } from '../../tsup.base.ts'

export default application({ main: 'src/main.ts', api: 'src/api.ts', worker: 'src/worker.ts' })
