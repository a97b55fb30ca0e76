import { useEffect, useState } from 'preact/hooks';
import type { LoadedModel } from 'tfjs-mvl/runtime';
import { connect, type Device } from './connect.ts';

export type ModelState = { readonly model: LoadedModel } | { readonly error: string } | null;

/** A model at an address; null while it loads. It is disposed of when the component goes, or takes another device. */
export function useModel(address: string, device: Device): ModelState {
  const [state, setState] = useState<ModelState>(null);
  useEffect(() => {
    let gone = false;
    setState(null);
    connect(address, device).then(
      (model) => (gone ? model.dispose() : setState({ model })),
      (error: Error) => gone || setState({ error: error.message }),
    );
    return () => {
      gone = true;
    };
  }, [address, device]);
  // Only once the page has let go of it: then what works with it has been cancelled.
  useEffect(() => {
    if (state === null || 'error' in state) return;
    return () => {
      state.model.dispose();
    };
  }, [state]);
  return state;
}
