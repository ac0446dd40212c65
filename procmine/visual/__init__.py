"""Results → pictures: process maps as SVG, charts by matplotlib. Every picture has its table."""
