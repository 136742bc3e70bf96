import ts from 'typescript'
import { type SourceFile, type Violation, violationAt } from './source-file.ts'

/** Every declaration that a package's file exports without a doc comment. */
export function findUndocumentedExports(files: readonly SourceFile[]): readonly Violation[] {
  return files.filter(({ path }) => path.startsWith('packages/')).flatMap(undocumentedOf)
}

function undocumentedOf(file: SourceFile): readonly Violation[] {
  const exportedLater = namesExportedLater(file.tree)
  const documented = new Set<string>()
  return file.tree.statements.flatMap((statement) => {
    const names = namesDeclaredBy(statement)
    if (isDocumented(statement)) for (const name of names) documented.add(name)
    const exported = isExported(statement) ? names : names.filter((name) => exportedLater.has(name))
    // The first of several overloads speaks for the others.
    const bare = exported.filter((name) => !documented.has(name))
    return bare.map((name) => violationAt(file, statement, `"${name}" is exported without a doc comment`))
  })
}

function namesDeclaredBy(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  return isNamed ? [statement.name?.text ?? 'default'] : []
}

function namesExportedLater(tree: ts.SourceFile): ReadonlySet<string> {
  const names = tree.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) return []
    const clause = statement.exportClause
    return clause && ts.isNamedExports(clause) ? clause.elements.map((element) => (element.propertyName ?? element.name).text) : []
  })
  return new Set(names)
}

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
}

function isDocumented(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).some((doc) => ts.isJSDoc(doc) && ts.getTextOfJSDocComment(doc.comment)?.trim())
}
