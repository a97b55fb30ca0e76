import type { OrtLike } from '../ort.ts';
import type { ExecutionProvider, ProviderChoice } from '../providers.ts';
import { openSessions, type Sessions } from '../sessions.ts';
import { describeSource, type ModelSource, readSource } from '../source.ts';
import { type OnnxFile, readOnnxFile } from '../wire/onnxFile.ts';
import { withOutputs } from '../wire/subModel.ts';
import { initialState } from './initialState.ts';
import { type Block, emptyBlock, tensorOf } from './tensors.ts';
import { readTrainCard, type TrainCard } from './trainCard.ts';

/** A training step's file, and onnxruntime's session of it. */
export interface OpenedStep {
  readonly card: TrainCard;
  readonly initial: readonly Block[];
  readonly sessions: Sessions;
}

export interface OpenSettings {
  readonly providers: ProviderChoice;
  readonly onFallback: (provider: ExecutionProvider) => void;
  readonly sessionOptions: object;
}

/** The session's name, for messages. */
export const STEP = 'training step';

/** Sizes do not change from step to step, and the arena keeps what it had: planning memory ahead makes the slow steps slower. */
const DEFAULTS = { enableMemPattern: false };

/** Rows of zeros that a provider has to take one step on, whose result is thrown away. */
const PROBED = 8;

/** What loading shares with `loadModel` speaks in its name. */
function renamed(error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.replace(/^loadModel:/, 'loadTrainSession:');
  return error;
}

/** The file without the state's first values, which no node reads. */
const stepOf = (file: OnnxFile): Uint8Array =>
  withOutputs(
    file,
    file.outputs.map(({ name }) => name),
  );

/** @throws Error where the source cannot be read, is no training step, or no execution provider runs it */
export async function openStep(
  ort: OrtLike,
  source: ModelSource,
  { providers, onFallback, sessionOptions }: OpenSettings,
): Promise<OpenedStep> {
  try {
    const bytes = await readSource(source);
    const file = readOnnxFile(bytes, describeSource(source));
    const card = readTrainCard(file, bytes.length);
    const initial = initialState(file, card);
    const size = (entry: number | string) => (typeof entry === 'number' ? entry : PROBED);
    const feeds = () => {
      const blocks: [string, Block][] = [
        ...card.inputs.map(({ name, dtype, shape }): [string, Block] => [name, emptyBlock(dtype, shape.map(size))]),
        [card.optimizer.input, emptyBlock('float32', [])],
        ...card.state.map(({ input }, i): [string, Block] => [input, initial[i]]),
      ];
      return Object.fromEntries(blocks.map(([name, block]) => [name, tensorOf(ort, block)]));
    };
    const sessions = await openSessions(ort, {
      models: { [STEP]: () => stepOf(file) },
      resident: { [STEP]: card.state.flatMap(({ output }) => (output === null ? [] : [output])) },
      probe: { name: STEP, feeds },
      providers,
      sessionOptions: { ...DEFAULTS, ...sessionOptions },
      onFallback,
    });
    return { card, initial, sessions };
  } catch (error) {
    throw renamed(error);
  }
}
