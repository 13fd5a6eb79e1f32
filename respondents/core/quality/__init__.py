"""The rules that flag interviews for a person to look at: values in, findings out; none of them decides anything."""
