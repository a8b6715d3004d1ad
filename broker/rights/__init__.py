"""What people may ask about their data and what organisations owe them: states, clocks, exemptions, the answer."""
