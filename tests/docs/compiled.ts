import { join } from 'node:path'
import ts from 'typescript'
import { root } from './pages.ts'

/** Sources that were type-checked together. */
export interface Compiled {
  /** What the compiler says of the file with this name, a line each. */
  problemsOf(name: string): readonly string[]
  /** The type that the file exports under this name, with the checker that knows it. */
  exported(file: string, name: string): { readonly type: ts.Type; readonly checker: ts.TypeChecker }
}

/** Type-checks sources by their names, each as a module of its own that sees the packages of the workspace, and the other sources by `./name.ts`. */
export function compile(sources: Readonly<Record<string, string>>): Compiled {
  const options = compilerOptions()
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  const texts = new Map(Object.entries(sources).map(([name, text]) => [pathOf(name), text]))
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  const program = ts.createProgram([...texts.keys()], options, host)
  const sourceOf = (name: string) => program.getSourceFile(pathOf(name)) as ts.SourceFile
  return {
    problemsOf(name) {
      const file = sourceOf(name)
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(problemText)
    },
    exported(file, name) {
      const checker = program.getTypeChecker()
      const module = checker.getSymbolAtLocation(sourceOf(file)) as ts.Symbol
      const symbol = checker.getExportsOfModule(module).find((each) => each.name === name) as ts.Symbol
      return { type: checker.getDeclaredTypeOfSymbol(symbol), checker }
    },
  }
}

/** Beside the tests, where every package of the workspace can be imported. The file does not exist. */
function pathOf(name: string): string {
  return join(root, 'tests/docs', name)
}

/** Those of the repository; a page may show what it does not use. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  return { ...options, noUnusedLocals: false, noUnusedParameters: false, noImplicitReturns: false, isolatedModules: false }
}

function problemText({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? '' : `line ${file.getLineAndCharacterOfPosition(start).line + 1}: `
  return `${line}${ts.flattenDiagnosticMessageText(messageText, ' ')}`
}
