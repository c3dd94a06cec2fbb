// A picture of any kind drawn anew as PNG: whatever else its file held does not come along.
import { logoLimits } from '@winback/domain';

/** The picture, at most `logoLimits.maxPixels` a side. Throws where the browser cannot read it. */
export async function asPng(file: File): Promise<File> {
  const picture = await bitmapOf(file);
  const most = Math.min(logoLimits.maxPixels, 800);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the browser could not draw this picture');
  return new File([blob], 'logo.png', { type: 'image/png' });
}

/** A drawing has no size of its own for `createImageBitmap`: it is loaded as a picture, where its scripts do not run. */
async function bitmapOf(file: File): Promise<ImageBitmap | HTMLImageElement> {
  if (file.type !== 'image/svg+xml') return createImageBitmap(file);
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}
