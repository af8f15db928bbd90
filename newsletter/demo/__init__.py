"""The sample world and its rehearsal: invented newsrooms, sample readers, and two weeks in less than a minute."""
