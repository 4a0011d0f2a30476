/** Words of the components themselves. */
export const ui = {
  close: 'Close',
  cancel: 'Cancel',
  remove: 'Remove',
}
