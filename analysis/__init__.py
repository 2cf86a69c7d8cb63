"""Reading, plotting and comparing front files; sees JSON and safetensors only, never the library."""
