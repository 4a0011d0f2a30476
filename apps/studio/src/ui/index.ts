export { Button, type ButtonProps } from './button.tsx'
export { classNames } from './class-names.ts'
export { Dialog, type DialogProps } from './dialog.tsx'
export { Empty, type EmptyProps } from './empty.tsx'
export { type EditOptions, nextGesture } from './gesture.ts'
export {
  IconButton,
  type IconButtonProps,
  ToggleIconButton,
  type ToggleIconButtonProps,
} from './icon-button.tsx'
export { LinkButton, type LinkButtonProps } from './link-button.tsx'
export { Menu, type MenuAction, type MenuGroup, type MenuProps } from './menu.tsx'
export { Notice, type NoticeProps } from './notice.tsx'
export { NumberField, type NumberFieldProps } from './number-field.tsx'
export { numberText, readNumber } from './number-text.ts'
export { Popover, type PopoverProps } from './popover.tsx'
export { Progress, type ProgressProps } from './progress.tsx'
export { Fold, type FoldProps, Section, type SectionProps } from './section.tsx'
export { type Segment, Segmented, type SegmentedProps } from './segmented.tsx'
export { type Choice, Select, type SelectProps } from './select.tsx'
export { Slider, type SliderProps } from './slider.tsx'
export { Switch, type SwitchProps } from './switch.tsx'
export { TextArea, type TextAreaProps, TextField, type TextFieldProps } from './text-area.tsx'
export { Tile, type TileProps, Tiles } from './tile.tsx'
export { type ToastMessage, type Toasts, useToasts } from './toast.tsx'
export { Tooltip, type TooltipProps } from './tooltip.tsx'
