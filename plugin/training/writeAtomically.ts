import { nodeModule } from './nodeModules.ts';

/**
 * Writes a file in Node so that a crash at any moment leaves the old content or the new, never a part: temporary file beside it, fsync, rename,
 * fsync of the folder.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const fs = await nodeModule('node:fs/promises', `Writing ${path}`);
  const { dirname } = await nodeModule('node:path', `Writing ${path}`);
  const temporary = `${path}.${process.pid}.${Date.now().toString(36)}.tmp`;
  try {
    const file = await fs.open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename last through a power cut. Windows cannot open folders; there the file system's journal has to do. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const fs = await nodeModule('node:fs/promises', path);
  const folder = await fs.open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
