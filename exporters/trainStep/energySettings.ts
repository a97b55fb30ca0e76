/** What a step of an energy model does beside its optimiser and loss; each as in `fit`. */
export interface EnergySettings {
  /**
   * Blurs every batch by the heat kernel of the manifold: its width σ becomes the input `sigma`, in the manifold's units of length, and a loss that
   * leaves its ε open takes ε = 0.02 σ² from the input `epsilon`. A number is the width that sessions use unless they are given another. Default: none.
   */
  readonly smoothing?: boolean | number;
  /** Scales gradients down to this global norm. Default: none. */
  readonly clipNorm?: number;
  /** Decoupled weight decay. Default: none. */
  readonly weightDecay?: number;
  /** Decay of an exponential moving average of the weights, kept beside them. Default: none. */
  readonly averaging?: number;
}

function checked(name: string, value: number | undefined, right: (value: number) => boolean, expected: string): number | null {
  if (value === undefined) return null;
  if (right(value)) return value;
  throw new RangeError(`exportTrainStep: ${name} must be ${expected}; got ${JSON.stringify(value)}.`);
}

const positive = (value: number): boolean => value > 0 && Number.isFinite(value);

/** @throws RangeError for numbers that make no sense */
export function energySettings({ smoothing = false, clipNorm, weightDecay, averaging }: EnergySettings) {
  return {
    smoothing:
      smoothing === false
        ? null
        : smoothing === true ||
          checked('smoothing', smoothing, positive, 'a positive width, or true, and then a sigma is given to each step'),
    clipNorm: checked('clipNorm', clipNorm, positive, 'positive'),
    weightDecay: checked('weightDecay', weightDecay, positive, 'positive'),
    averaging: checked('averaging', averaging, (value) => value > 0 && value < 1, 'in (0, 1)'),
  };
}
