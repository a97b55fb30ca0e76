interface NumberFieldProps {
  readonly label: string;
  readonly limits: readonly [least: number, most: number];
  /** As it is typed. */
  readonly text: string;
  readonly disabled: boolean;
  onInput(text: string): void;
}

export function NumberField({ label, limits: [min, max], text, disabled, onInput }: NumberFieldProps) {
  return (
    <label>
      {label}{' '}
      <input type="number" min={min} max={max} value={text} disabled={disabled} onInput={(event) => onInput(event.currentTarget.value)} />
    </label>
  );
}
