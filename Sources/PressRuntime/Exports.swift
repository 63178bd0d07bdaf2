// One import brings what an app needs: reading a container and running it.
@_exported public import PressContainer
@_exported public import PressEngine
@_exported public import PressGraph
@_exported public import PressTensor
