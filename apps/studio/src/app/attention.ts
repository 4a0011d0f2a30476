/** Whether what is written goes into an element; a closed list goes to the choice that one writes. */
export const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type=range]), textarea, select, [aria-haspopup=listbox]'))

/** Whether something is open that has all attention. */
export const isBusy = (): boolean =>
  document.querySelector('[role=dialog], [role=menu], [role=listbox]') !== null
