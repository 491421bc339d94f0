"""What a run's processes and their machine use meanwhile: processor, memory, disk, network, GPU.

``docs/how-to/system-metrics.md`` lists the metrics with their units.
"""
