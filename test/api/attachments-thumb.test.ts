import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { startDesk, type TestDesk } from '../support/desk.js';
import { pictureOf, uploadFile } from '../support/uploads.js';

const MEGABYTE = 1024 * 1024;

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

describe('the small version of a picture', () => {
  const thumb = (id: number) => desk.as(desk.acme.agent).download(`/attachments/${id}?version=thumb`);

  it('has at most 200 pixels on a side and is made once, however many ask', async () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp', 'avif', 'tiff'] as const) {
      const file = { filename: `a.${format}`, content: await pictureOf(format) };
      const { id } = await uploadFile(desk, desk.acme.agent, file);
      const answers = await Promise.all(Array.from({ length: 5 }, () => thumb(id)));
      const kept = await thumb(id);
      for (const { status, bytes } of answers)
        expect({ status, same: bytes.equals(kept.bytes) }).toEqual({ status: 200, same: true });
      const kind = format === 'jpeg' ? 'jpeg' : 'png';
      expect(kept.headers).toMatchObject({
        'content-type': `image/${kind}`,
        'content-disposition': `inline; filename=a-thumb.${kind}`,
        'content-length': String(kept.bytes.length),
      });
      expect(await sharp(kept.bytes).metadata()).toMatchObject({ format: kind, width: 200, height: 50 });
      const again = await desk
        .as(desk.acme.agent)
        .download(`/attachments/${id}?version=thumb`, { headers: { 'if-none-match': String(kept.headers['etag']) } });
      expect(again.status).toBe(304);
    }
  });

  it('is never larger than the picture, and stands upright', async () => {
    const upright = await sharp(await pictureOf('jpeg', 40, 10))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { id } = await uploadFile(desk, desk.acme.agent, { content: upright });
    expect(await sharp((await thumb(id)).bytes).metadata()).toMatchObject({ width: 10, height: 40 });
  });

  it('is missing for what is no picture, and for one that cannot be read', async () => {
    const whole = await pictureOf('png');
    const contents = ['text', '<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', whole.subarray(0, whole.length / 2)];
    for (const content of contents) {
      const { id } = await uploadFile(desk, desk.acme.agent, { content });
      for (const answer of [await thumb(id), await thumb(id)])
        expect(answer).toMatchObject({ status: 404, body: { error: `Couldn't find Thumbnail with id=${id}` } });
      expect((await desk.as(desk.acme.agent).download(`/attachments/${id}`)).status).toBe(200);
    }
    const { id } = await uploadFile(desk, desk.acme.agent, { content: whole });
    expect((await desk.as(desk.acme.agent).download(`/attachments/${id}?version=huge`)).status).toBe(400);
  });

  it('is not made of a document that only calls itself a picture', async () => {
    const content = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>';
    const { id } = await uploadFile(desk, desk.acme.agent, { content });
    await desk.db.query(`update attachments set content_type = 'image/png; name=x.png' where id = $1`, [id]);
    expect((await thumb(id)).status).toBe(404);
  });

  it('is refused for a picture that claims to be huge, without taking the memory for it', async () => {
    const bomb = await pictureOf('png', 10, 10);
    // Width and height in the first chunk; its checksum is behind them.
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    const { id, content_type: type } = await uploadFile(desk, desk.acme.agent, { content: bomb });
    expect(type).toBe('image/png');
    const before = process.memoryUsage().rss;
    expect((await thumb(id)).status).toBe(404);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
  });
});

/** The checksum of PNG chunks. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
