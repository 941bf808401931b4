import Commands

Program.trainAAE()
