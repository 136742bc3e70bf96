import { application } from '../../tsup.base.ts'

export default application({ main: 'src/main.ts' })
