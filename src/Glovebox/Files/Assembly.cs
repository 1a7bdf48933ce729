using System.Runtime.CompilerServices;

// Calls of the C library are compiled ahead of time only where nothing needs marshalling at run time.
[assembly: DisableRuntimeMarshalling]
