const MAX_LENGTH = 255;
const NAMELESS = 'attachment';

// Control characters and line separators would break headers and logs; the bidi ones make `gpj.exe` read as `exe.jpg`.
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A name that is safe to show and to offer for saving, made from whatever a client wrote: no folders, nothing invisible that
 * misleads, at most 255 characters. Nothing is ever stored under it.
 */
export function cleanFilename(given: string | undefined): string {
  const [base = ''] = (given ?? '').split(/[/\\]/).slice(-1);
  const name = base.replace(UNSAFE, '').trim();
  return /^\.*$/.test(name) ? NAMELESS : shortened(name);
}

/** The name for a smaller picture of a picture with this name. */
export function thumbFilename(name: string, extension: string): string {
  return shortened(`${stemAndExtension(name)[0]}-thumb.${extension}`);
}

// The extension tells the receiver what to open it with, so the cut is made before it.
function shortened(name: string): string {
  if (Array.from(name).length <= MAX_LENGTH) return name;
  const [stem, extension] = stemAndExtension(name);
  return (
    Array.from(stem)
      .slice(0, MAX_LENGTH - extension.length)
      .join('') + extension
  );
}

function stemAndExtension(name: string): [stem: string, extension: string] {
  const extension = /(?<=.)\.\w{1,16}$/.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - extension.length), extension];
}
