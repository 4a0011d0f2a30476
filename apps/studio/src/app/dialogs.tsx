import { DeviceDialog } from '../device/device-dialog.tsx'
import { ExportDialog } from '../export/export-dialog.tsx'
import { ShareDialog } from '../export/share-dialog.tsx'
import { RequestDialog } from '../generation/request-dialog.tsx'
import { KeysDialog } from './keys-dialog.tsx'

/** What asks for all attention; a part of the page that comes when the first of them is opened. */
const Dialogs = () => (
  <>
    <KeysDialog />
    <ExportDialog />
    <ShareDialog />
    <RequestDialog />
    <DeviceDialog />
  </>
)

export default Dialogs
