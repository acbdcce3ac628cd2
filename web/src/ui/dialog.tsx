// A modal dialog: the browser keeps the focus in it, closes it on Escape and gives the focus back.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ComponentChildren, VNode } from "preact";

interface DialogProps {
  readonly class: string;
  readonly role?: "alertdialog";
  readonly label: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ class: name, role, label, close, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Taken away while open, it would keep the rest of the page inert and lose the focus.
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={name}
      role={role}
      aria-label={label}
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      {children}
    </dialog>
  );
}
