import type { LoadedModel } from 'tfjs-mvl/runtime';
import { type Device, described } from '../models/connect.ts';

interface DevicePickerProps {
  readonly device: Device;
  readonly model: LoadedModel | null;
  onChange(device: Device): void;
}

/** Where the model runs, and what really runs it. */
export function DevicePicker({ device, model, onChange }: DevicePickerProps) {
  return (
    <div class="row">
      <label>
        Run on{' '}
        <select value={device} onChange={(event) => onChange(event.currentTarget.value as Device)}>
          <option value="wasm">WebAssembly</option>
          <option value="webgpu">WebGPU</option>
        </select>
      </label>
      <span role="status" class="quiet">
        {model === null ? 'Loading the model…' : described(model.executionProvider)}
      </span>
    </div>
  );
}
