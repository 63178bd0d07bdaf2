// One import brings the whole toolkit.
@_exported public import PressContainer
@_exported public import PressData
@_exported public import PressEngine
@_exported public import PressFile
@_exported public import PressFormats
@_exported public import PressGraph
@_exported public import PressPasses
@_exported public import PressReports
@_exported public import PressTensor
