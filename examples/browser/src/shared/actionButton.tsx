import type { ComponentChildren } from 'preact';

interface ActionButtonProps {
  /** Whether it does nothing now. It keeps the keyboard's focus then, as a button that is `disabled` does not. */
  readonly idle?: boolean;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
  onClick(): void;
}

export function ActionButton({ idle = false, primary = false, children, onClick }: ActionButtonProps) {
  return (
    <button type="button" class={primary ? 'primary' : undefined} aria-disabled={idle} onClick={idle ? undefined : onClick}>
      {children}
    </button>
  );
}
