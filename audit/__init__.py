"""The pins, held against known advisories, licences and what is installed; without the network."""
