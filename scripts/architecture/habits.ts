import ts from 'typescript'
import { nodesOf, type SourceFile, type Violation, violationAt } from './source-file.ts'

/** What the compiler and the linter let pass and this project does not: hidden inputs, silenced checks, unfinished work, names that say nothing. */
export function findBadHabits(files: readonly SourceFile[]): readonly Violation[] {
  return files.flatMap((file) => [...emptyNamesOf(file), ...hiddenInputsOf(file), ...forbiddenWordsOf(file)])
}

function emptyNamesOf(file: SourceFile): readonly Violation[] {
  const names = file.path.split('/').map((part) => part.replace(/(\.test)?\.ts$/, ''))
  const empty = names.find((name) => emptyNames.has(name))
  return empty ? [violationAt(file, file.tree, `"${empty}" says nothing of what is inside: name the idea`)] : []
}

const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'misc'])

/** Time and randomness come in as arguments, and only the host ends its process. */
function hiddenInputsOf(file: SourceFile): readonly Violation[] {
  if (!/^packages\/[^/]+\/src\//.test(file.path) || mayTouchTheProcess.test(file.path)) return []
  return [...nodesOf(file)].flatMap((node) => {
    const called = hiddenInputOf(node)
    return called ? [violationAt(file, node, `${called} belongs in a file named clock, cli or bin: take it as an argument`)] : []
  })
}

const mayTouchTheProcess = /\/(clock|cli|bin)[^/]*\.ts$/

function hiddenInputOf(node: ts.Node): string | null {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && !node.arguments?.length ? 'new Date()' : null
  if (!ts.isPropertyAccessExpression(node)) return null
  return hiddenInputs.find((name) => name === node.getText()) ?? null
}

const hiddenInputs = ['Date.now', 'Math.random', 'process.exit']

function forbiddenWordsOf(file: SourceFile): readonly Violation[] {
  const isTest = /(^|\/)tests?\//.test(file.path)
  const words = isTest ? forbiddenWords.filter((word) => word !== typeExpectation) : forbiddenWords
  return file.tree.text.split('\n').flatMap((text, index) => {
    const found = words.map((word) => word.exec(text)?.[0]).find(Boolean)
    return found ? [{ path: file.path, line: index + 1, message: `"${found}": mend it instead` }] : []
  })
}

// A test of types has to show what must not compile.
const typeExpectation = /@ts-expect-error/
const forbiddenWords = [/\bbiome-ignore\b/, /@ts-(ignore|nocheck)/, /\beslint-disable\b/, /\b(TODO|FIXME|XXX|HACK)\b/, typeExpectation]
