// Compiles src/ to dist/ with swc. Called by every `npm run` entry, so the common case (nothing changed) must cost a few
// milliseconds and must not load the compiler. Types are checked by `npm run typecheck`, not here.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const STAMP = '.build-stamp';
const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Brings dist/ up to date with src/. Returns what it did: `fresh` (nothing to do), `built`, or `as-is` (no compiler is
 * installed, as in the production image, and dist/ exists).
 */
export async function ensureBuilt({ root = projectRoot } = {}) {
  const src = join(root, 'src');
  const dist = join(root, 'dist');
  // A production image may ship without sources: then dist/ is all there is.
  if (!existsSync(src) && existsSync(dist)) return { state: 'as-is', files: 0 };

  const files = listFiles(src);
  const fingerprint = fingerprintOf(root, files);
  if (readIfThere(join(dist, STAMP)) === fingerprint) return { state: 'fresh', files: 0 };

  const swc = await loadCompiler();
  if (!swc) {
    if (existsSync(dist)) return { state: 'as-is', files: 0 };
    throw new Error('dist/ is missing and @swc/core is not installed: run `npm ci` (with dev dependencies) and `npm run build`.');
  }
  await compileAll(swc, root, files);
  removeStaleOutputs(dist, new Set([STAMP, ...files.flatMap(({ path }) => outputsOf(path))]));
  // The stamp goes last and whole: a build that dies half-way is repeated, never trusted.
  writeFileSync(join(dist, `${STAMP}.${process.pid}`), fingerprint);
  renameSync(join(dist, `${STAMP}.${process.pid}`), join(dist, STAMP));
  return { state: 'built', files: files.length };
}

/** Regular files below `directory`, relative and sorted. Dotfiles are editors' business, declarations have no output. */
function listFiles(directory) {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name.endsWith('.d.ts')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push({ path: relative(directory, path), stat: statSync(path) });
    }
  };
  walk(directory);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fingerprintOf(root, files) {
  const swcrc = statSync(join(root, '.swcrc'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hash = createHash('sha1').update(`${version} ${swcrc.mtimeMs} ${swcrc.size}\n`);
  for (const { path, stat } of files) hash.update(`${path} ${stat.mtimeMs} ${stat.size}\n`);
  return hash.digest('hex');
}

async function loadCompiler() {
  try {
    return (await import('@swc/core')).default;
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function compileAll(swc, root, files) {
  const { $schema: _schema, ...options } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
  // Everything is transformed before anything is written, so a syntax error leaves the last good dist/ in place. All
  // errors are reported, not only the first.
  const results = await Promise.allSettled(files.map((file) => compileOne(swc, root, file.path, options)));
  const failures = results.filter((result) => result.status === 'rejected');
  if (failures.length > 0) {
    // swc appends a native backtrace that helps nobody here.
    throw new Error(failures.map(({ reason }) => String(reason.message ?? reason).split(/\n+Caused by:/)[0]).join('\n\n'));
  }

  const folders = new Set([join(root, 'dist'), ...files.map(({ path }) => dirname(join(root, 'dist', path)))]);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  await Promise.all(results.map(({ value: write }) => write()));
}

/** Transforms one file; answers with the function that writes the outcome. */
async function compileOne(swc, root, path, options) {
  const source = join(root, 'src', path);
  const [output, mapOutput] = outputsOf(path).map((name) => join(root, 'dist', name));
  if (!path.endsWith('.ts')) return () => replaceFile(output, (temporary) => copyFile(source, temporary));

  const { code, map } = await swc.transform(await readFile(source, 'utf8'), {
    ...options,
    swcrc: false,
    filename: source,
    sourceFileName: relative(dirname(output), source).split(sep).join('/'),
  });
  if (!map) return () => replaceFile(output, (temporary) => writeFile(temporary, code));
  const comment = `\n//# sourceMappingURL=${mapOutput.slice(dirname(mapOutput).length + 1)}\n`;
  return async () => {
    await replaceFile(mapOutput, (temporary) => writeFile(temporary, map));
    await replaceFile(output, (temporary) => writeFile(temporary, code.trimEnd() + comment));
  };
}

/** Write beside, then rename: two commands that build at the same moment never show each other half a file. */
async function replaceFile(path, write) {
  const temporary = `${path}.${process.pid}.tmp`;
  await write(temporary);
  await rename(temporary, path);
}

function outputsOf(path) {
  if (!path.endsWith('.ts')) return [path];
  const output = path.replace(/\.ts$/, '.js');
  return [output, `${output}.map`];
}

/** Outputs of sources that are gone would still be found by globs (migrations) and by stale imports. */
function removeStaleOutputs(dist, expected) {
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const isOthersTemporary = entry.name.endsWith('.tmp') || entry.name.startsWith(`${STAMP}.`);
    if (!isOthersTemporary && !expected.has(relative(dist, path))) rmSync(path, { force: true });
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

// realpath: Node resolves symlinks in import.meta.url, but not in argv.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const { state, files } = await ensureBuilt();
  const took = `${Math.round(performance.now() - started)} ms`;
  console.log(state === 'built' ? `built ${files} files in ${took}` : `nothing to build (${state}, ${took})`);
}
