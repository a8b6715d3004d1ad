"""The release of a profile, what it rests on, and whom it must reach when that falls away."""
