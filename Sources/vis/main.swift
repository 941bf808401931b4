import Commands

Program.vis()
