import type { Variable } from '@tensorflow/tfjs';
import type { OrtLike } from '../../runtime/ort.ts';
import { type DeviceTensor, emptyTensor, fromTfjs, type TensorType, toTfjs } from './ortTensors.ts';

interface Cell {
  /** What the variable holds. */
  current: DeviceTensor;
  /** Where the next value is written; the two change places after each step, so that nothing is copied. */
  spare: DeviceTensor | null;
  /** tfjs's id of the numbers that were last the same on both sides; an assignment in tfjs gives the variable another. */
  dataId: object;
  /** Whether onnxruntime has moved on since. */
  ahead: boolean;
}

/** The values of tf.Variables in onnxruntime. */
export interface VariableStore {
  /** Runs tasks one after the other: each begins with what the one before has made of the variables. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  /** Takes over what tfjs has assigned since the last call. */
  refresh(variables: readonly Variable[]): Promise<void>;
  current(variable: Variable): DeviceTensor;
  /** A tensor for the variable's next value. */
  spare(variable: Variable): DeviceTensor;
  /** The variable holds `next` from now on. */
  advance(variable: Variable, next: DeviceTensor): void;
  /** Assigns the variables in tfjs what they hold here. */
  sync(): Promise<void>;
  dispose(): void;
}

/** Values live in onnxruntime from the first use on; an assignment in tfjs counts at the next use, and `sync` brings values back. */
export function variableStore(ort: OrtLike): VariableStore {
  const cells = new Map<Variable, Cell>();
  let tail: Promise<unknown> = Promise.resolve();
  const cellOf = (variable: Variable): Cell => cells.get(variable) as Cell;
  return {
    inTurn: (task) => {
      const result = tail.then(task);
      tail = result.catch(() => undefined);
      return result;
    },
    refresh: async (variables) => {
      for (const variable of variables) {
        const cell = cells.get(variable);
        if (cell?.dataId === variable.dataId) continue;
        const { dataId } = variable;
        const current = await fromTfjs(ort, variable);
        cell?.current.dispose?.();
        cells.set(variable, { current, spare: cell?.spare ?? null, dataId, ahead: false });
      }
    },
    current: (variable) => cellOf(variable).current,
    spare: (variable) => {
      const cell = cellOf(variable);
      cell.spare ??= emptyTensor(ort, variable.dtype as TensorType, variable.shape);
      return cell.spare;
    },
    advance: (variable, next) => {
      const cell = cellOf(variable);
      const kept = next === cell.spare || cell.spare === null;
      if (!kept) cell.spare?.dispose?.();
      cell.spare = cell.current;
      cell.current = next;
      cell.ahead = true;
    },
    sync: async () => {
      for (const [variable, cell] of cells) {
        if (!cell.ahead || variable.isDisposed) continue;
        const value = await toTfjs(cell.current);
        variable.assign(value);
        value.dispose();
        cell.dataId = variable.dataId;
        cell.ahead = false;
      }
    },
    dispose: () => {
      for (const { current, spare } of cells.values()) {
        current.dispose?.();
        spare?.dispose?.();
      }
      cells.clear();
    },
  };
}
