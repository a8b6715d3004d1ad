"""Keys whose private half everybody can read, by thumbprint (RFC 7638), and where it is printed.

Decides that none of them is ever anybody's: RFC 9421 appendix B.1 says that its own "MUST NOT be used for any
purpose other than testing", and a key of another standard is no better.
"""

from __future__ import annotations

from typing import Final

PUBLISHED: Final = {
    "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U": "RFC 9421 appendix B.1.4",
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k": "RFC 8032 section 7.1, test 1, and RFC 8037 appendix A",
    "FtIu-VbGrfe_KB6CH7GNwODB72MNxj_ml11dEvO-7kk": "RFC 8032 section 7.1, test 2",
    "FVV5umTuau890q59V-4Ga_R6qWb7ON_ivJc4EjvCwTM": "RFC 8032 section 7.1, test 3",
    "lZI1vM7tnlYapaF5-cy86ptx0tT_8Av721hhiNB5ti4": "RFC 8032 section 7.1, test 1024",
    "iiDHHfFVNG6ICMUTsicgrWf1igtFYZEK73xlobt1ah4": "RFC 8032 section 7.1, test SHA(abc)",
    "2bVIQ9_u0wVxBsBwmxK3F42rRFnt_dA7CZQ3u_2RKZY": "RFC 8032 section 7.2, foo",
    "qz1FYaobwnFjkaNLccv-mFXe7gu45Zo72p2XqE3Is20": "RFC 8032 section 7.2, foo3",
    "ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI": "RFC 9421 appendix B.1.3",
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U": "RFC 7515 appendix A.3",
    "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s": "RFC 7517 appendix A.2",
    "DOvxvJiAdIqVWIkFt5hDtCunXLF0BV4-JGv4f-ALSm0": "RFC 6979 appendix A.2.5",
    "9V8btnq2RkUZlUDBw3eOvnfwS7Srsja_bjFUggMr0DE": "docs/api.md",
    "xx0BcA-wMohw8atYDJOe6peGModklG2wRHBlXHMvl0M": "SEC 2 section 2.4.2, the base point (its private half is 1)",
}
