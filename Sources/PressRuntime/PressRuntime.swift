// What an app needs to run a network: the engine, and the values it takes and gives.

@_exported public import PressContainer
@_exported public import PressEngine
@_exported public import PressGraph
@_exported public import PressTensor
