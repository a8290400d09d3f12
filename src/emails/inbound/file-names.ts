const EXTENSIONS: Record<string, string> = {
  'text/calendar': 'invite.ics',
  'text/plain': 'text.txt',
  'text/html': 'page.html',
  'text/vcard': 'card.vcf',
  'message/rfc822': 'message.eml',
  'application/pdf': 'document.pdf',
  'image/jpeg': 'image.jpg',
  'image/png': 'image.png',
  'image/gif': 'image.gif',
  'image/webp': 'image.webp',
};

/** A name for a file that came without one. */
export function nameless(contentType: string): string {
  return EXTENSIONS[contentType] ?? 'attachment';
}
