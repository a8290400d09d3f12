const BOUNDARY = 'somewhere-in-between';

/** A multipart body that holds one small file. */
export function formFile(content = 'Some notes.', filename = 'notes.txt'): { body: string; type: string } {
  const head = [
    `--${BOUNDARY}`,
    `Content-Disposition: form-data; name="files[]"; filename="${filename}"`,
    'Content-Type: text/plain',
  ];
  return { body: [...head, '', content, `--${BOUNDARY}--`, ''].join('\r\n'), type: `multipart/form-data; boundary=${BOUNDARY}` };
}
