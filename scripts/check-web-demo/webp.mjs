/* global Image, OffscreenCanvas -- the function runs in the page */

/** A picture as WebP, which is a third of its PNG: Chromium encodes it. */
export async function toWebp(browser, png) {
  const page = await browser.newPage();
  const bytes = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, png.toString('base64'));
  await page.close();
  return Buffer.from(bytes);
}
